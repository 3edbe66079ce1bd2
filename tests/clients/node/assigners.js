// KafkaJS's own assignor, and one of ours that lets members keep what they had.
const { AssignerProtocol, PartitionAssigners } = require('kafkajs')

const { MemberAssignment, MemberMetadata } = AssignerProtocol
const NAME = 'sticky-by-user-data'

/** Each member says in its user data what it had: {topic: [partition]}. A member keeps no more than its share. */
function sticky(mine) {
  return ({ cluster }) => ({
    name: NAME,
    version: 1,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(JSON.stringify(mine())) }),
    }),
    async assign({ members, topics }) {
      const had = members.map(({ memberId, memberMetadata }) => [
        memberId,
        JSON.parse(MemberMetadata.decode(memberMetadata).userData.toString() || '{}'),
      ])
      const shares = new Map(members.map(({ memberId }) => [memberId, {}]))
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(one => one.partitionId)
        for (const [memberId, kept] of share(partitions, had.map(([memberId, all]) => [memberId, all[topic] || []])))
          shares.get(memberId)[topic] = kept
      }
      return [...shares].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 1, assignment, userData: Buffer.alloc(0) }),
      }))
    },
  })
}

/** Partitions of a topic for members, [[member, what it had]]: as few moves as an even share allows. */
function share(partitions, had) {
  const free = new Set(partitions)
  const most = Math.ceil(partitions.length / had.length)
  const kept = had.map(([memberId, before]) => {
    const keeps = before.filter(one => free.has(one)).slice(0, most)
    keeps.forEach(one => free.delete(one))
    return [memberId, keeps]
  })
  for (const one of free) kept.sort((a, b) => a[1].length - b[1].length)[0][1].push(one)
  return kept
}

const assigners = { roundrobin: () => PartitionAssigners.roundRobin, sticky }

module.exports = { assigners }
