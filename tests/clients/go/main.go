// franz-go for the tests: a driver, and a member of a group.
package main

import "os"

func main() {
	switch os.Args[1] {
	case "member":
		beMember(os.Args[2:])
	default:
		answer(os.Args[1])
	}
}
