// 10 Which creators share their followers, so that paying both buys the same people twice?
// vi Những nhà sáng tạo nào có chung người theo dõi, khiến trả tiền cho cả hai là mua cùng một nhóm hai lần?
// creators: how many to compare, those who drove most
// pairs: how many pairs to list, the largest overlap first
WITH 40 AS creators, 30 AS pairs
MATCH (run:Run {status: 'complete'})
MATCH (creator:Creator {run: run.id})
WHERE creator.driven > 0
WITH creators, pairs, creator
ORDER BY creator.driven DESC
WITH creators, pairs, collect(creator) AS drivers
UNWIND drivers[..creators] AS creator
MATCH (creator)<-[:FOLLOWS]-(follower:Person)
WITH pairs, follower, collect(creator) AS followed
UNWIND followed AS smaller
UNWIND followed AS larger
WITH pairs, smaller, larger, count(*) AS both
WITH *, COUNT { (smaller)<-[:FOLLOWS]-() } AS fewer, COUNT { (larger)<-[:FOLLOWS]-() } AS more
WHERE fewer < more OR fewer = more AND smaller.id < larger.id
WITH pairs, smaller, larger, both, fewer, more
ORDER BY 1.0 * both / (fewer + more - both) DESC
WITH pairs, collect({smaller: smaller, larger: larger, both: both, fewer: fewer, more: more}) AS found
UNWIND found[..pairs] AS pair
RETURN
  coalesce(pair.smaller.name, pair.smaller.id) AS creator,
  pair.fewer AS followers,
  coalesce(pair.larger.name, pair.larger.id) AS larger_creator,
  pair.more AS larger_followers,
  pair.both AS follow_both,
  round(100.0 * pair.both / pair.fewer, 1) AS percent_of_followers,
  round(100.0 * pair.both / (pair.fewer + pair.more - pair.both), 1) AS percent_of_all
ORDER BY percent_of_all DESC
