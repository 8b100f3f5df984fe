// 11 Which large accounts are silent?
// vi Những tài khoản lớn nào đang im lặng?
// followers: what makes an account large
// posts: silent are those with no more posts than this
WITH 20000 AS followers, 2 AS posts
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.followers_known >= followers
OPTIONAL MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:SHARED]->(share:Share)
WITH posts, creator, count(share) AS shared, max(share.shared_at) AS last
WHERE shared <= posts
RETURN
  creator.known_as AS creator,
  toInteger(creator.followers_known) AS followers,
  shared AS posts,
  date(last) AS last_post,
  round(creator.driven, 1) AS driven,
  round(creator.driven_low, 1) AS driven_low,
  round(creator.driven_high, 1) AS driven_high,
  round(creator.expected, 1) AS expected
ORDER BY followers DESC
LIMIT 100
