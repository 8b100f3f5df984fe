// 15 What does a driven conversion cost with each creator?
// vi Với mỗi nhà sáng tạo, một chuyển đổi tạo ra tốn bao nhiêu?
// creators: how many to list, the cheapest conversions first
// price_is_per_post: whether the price in the list of creators is paid for each post, or once
WITH 40 AS creators, false AS price_is_per_post
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.driven > 0
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(account:Person)
OPTIONAL MATCH (account)-[:SHARED]->(share:Share)
WITH
  creators,
  price_is_per_post,
  creator,
  account,
  count(share) AS posts,
  count(share.cost) AS priced,
  sum(share.cost) AS paid
WITH
  creators,
  price_is_per_post,
  creator,
  sum(posts) AS posts,
  sum(priced) AS priced,
  sum(paid) AS paid,
  sum(account.cost) AS price,
  head(collect(account.currency)) AS currency
WITH
  *,
  CASE WHEN priced > 0 THEN paid WHEN price_is_per_post THEN price * posts ELSE price END AS cost,
  CASE WHEN priced > 0 THEN 'posts' WHEN price_is_per_post THEN 'price a post' ELSE 'price' END AS cost_from
WHERE cost > 0
WITH *
ORDER BY cost / creator.driven
WITH creators, collect({creator: creator, posts: posts, cost: cost, currency: currency, cost_from: cost_from}) AS found
UNWIND found[..creators] AS row
WITH row, row.creator AS creator
RETURN
  creator.known_as AS creator,
  row.posts AS posts,
  row.cost AS cost,
  row.currency AS currency,
  row.cost_from AS cost_from,
  round(creator.driven, 1) AS driven,
  round(row.cost / creator.driven, 2) AS cost_each,
  round(row.cost / creator.driven_high, 2) AS cost_each_low,
  CASE WHEN creator.driven_low > 0 THEN round(row.cost / creator.driven_low, 2) END AS cost_each_high
ORDER BY cost_each
