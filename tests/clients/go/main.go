// franz-go for the tests: a driver, a member of a group, a step.
package main

import "os"

func main() {
	switch os.Args[1] {
	case "member":
		beMember(os.Args[2:])
	case "step":
		takeSteps(os.Args[2:])
	default:
		answer(os.Args[1])
	}
}
