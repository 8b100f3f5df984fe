// 10 Which creators share their followers, so that paying both buys the same people twice?
// vi Những nhà sáng tạo nào có chung người theo dõi, khiến trả tiền cho cả hai là mua cùng một nhóm hai lần?
// creators: how many to compare, those who drove most
// pairs: how many pairs to list, the largest overlap first
WITH 40 AS creators, 30 AS pairs
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.driven > 0
WITH run, creators, pairs, creator
ORDER BY creator.driven DESC
WITH run, creators, pairs, collect(creator) AS drivers
UNWIND drivers[..creators] AS creator
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)<-[:FOLLOWS]-(account:Person)
OPTIONAL MATCH (account)-[:ACCOUNT_OF {run: run.id}]->(person:Person)
WITH DISTINCT pairs, creator, coalesce(person, account) AS follower
WITH pairs, creator, collect(follower) AS followers
WITH pairs, collect({creator: creator, number: size(followers), followers: followers}) AS audiences
UNWIND audiences AS audience
UNWIND audience.followers AS follower
WITH pairs, follower, collect({creator: audience.creator, number: audience.number}) AS followed
UNWIND followed AS smaller
UNWIND followed AS larger
WITH pairs, smaller, larger, count(*) AS both
WHERE smaller.number < larger.number
  OR smaller.number = larger.number AND smaller.creator.id < larger.creator.id
WITH pairs, smaller, larger, both, smaller.number + larger.number - both AS all
ORDER BY 1.0 * both / all DESC
WITH pairs, collect({smaller: smaller, larger: larger, both: both, all: all}) AS found
UNWIND found[..pairs] AS pair
RETURN
  pair.smaller.creator.known_as AS creator,
  pair.smaller.number AS followers,
  pair.larger.creator.known_as AS larger_creator,
  pair.larger.number AS larger_followers,
  pair.both AS follow_both,
  round(100.0 * pair.both / pair.smaller.number, 1) AS percent_of_followers,
  round(100.0 * pair.both / pair.all, 1) AS percent_of_all
ORDER BY percent_of_all DESC
