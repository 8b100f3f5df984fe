// 15 What does a driven conversion cost with each creator?
// vi Với mỗi nhà sáng tạo, một chuyển đổi tạo ra tốn bao nhiêu?
// creators: how many to list, the cheapest conversions first
// price_is_per_post: whether the price in the list of creators is paid for each post, or once
WITH 40 AS creators, false AS price_is_per_post
MATCH (run:Run {status: 'complete'})
MATCH (creator:Creator {run: run.id})
WHERE creator.driven > 0
OPTIONAL MATCH (creator)-[:SHARED]->(share:Share)
WITH creators, price_is_per_post, creator, count(share) AS posts, count(share.cost) AS priced, sum(share.cost) AS paid
WITH
  *,
  CASE
    WHEN priced > 0 THEN paid
    WHEN price_is_per_post THEN creator.cost * posts
    ELSE creator.cost
  END AS cost,
  CASE WHEN priced > 0 THEN 'posts' WHEN price_is_per_post THEN 'price a post' ELSE 'price' END AS cost_from
WHERE cost > 0
WITH creators, creator, posts, cost, cost_from
ORDER BY cost / creator.driven
WITH creators, collect({creator: creator, posts: posts, cost: cost, cost_from: cost_from}) AS found
UNWIND found[..creators] AS row
RETURN
  coalesce(row.creator.name, row.creator.id) AS creator,
  row.posts AS posts,
  row.cost AS cost,
  row.creator.currency AS currency,
  row.cost_from AS cost_from,
  round(row.creator.driven, 1) AS driven,
  round(row.cost / row.creator.driven, 2) AS cost_each,
  round(row.cost / row.creator.driven_high, 2) AS cost_each_low,
  CASE WHEN row.creator.driven_low > 0 THEN round(row.cost / row.creator.driven_low, 2) END AS cost_each_high
ORDER BY cost_each
