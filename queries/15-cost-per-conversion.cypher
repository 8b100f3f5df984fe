// 15 What does a driven conversion cost with each creator?
// vi Với mỗi nhà sáng tạo, một chuyển đổi tạo ra tốn bao nhiêu?
// creators: how many to list of each currency, the cheapest conversions first
// price_is_per_post: whether a listed price is for each post, or once: accounts without one take the mean of the others
WITH 40 AS creators, false AS price_is_per_post
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.driven > 0
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(account:Person)
WITH creators, price_is_per_post, creator, collect(account) AS accounts, avg(account.cost) AS usual
UNWIND accounts AS account
OPTIONAL MATCH (account)-[:SHARED]->(share:Share)
WITH
  creators,
  price_is_per_post,
  creator,
  account,
  usual,
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
  CASE WHEN price_is_per_post THEN 'price a post' ELSE 'price' END AS listed,
  sum(CASE WHEN price_is_per_post THEN coalesce(account.cost, usual) * posts ELSE account.cost END) AS price,
  collect(DISTINCT account.currency) AS currencies
WITH
  *,
  CASE size(currencies) WHEN 0 THEN null WHEN 1 THEN currencies[0] ELSE 'several currencies' END AS currency,
  CASE
    WHEN size(currencies) > 1 THEN null
    WHEN priced > 0 AND priced = posts THEN paid
    WHEN price > 0 THEN price
  END AS cost,
  CASE
    WHEN priced > 0 AND priced = posts THEN 'posts'
    WHEN priced = 0 THEN listed
    WHEN price > 0 THEN listed + ', some posts priced'
    ELSE 'some posts priced'
  END AS cost_from
WHERE cost > 0 OR cost IS NULL AND (priced > 0 OR price > 0)
WITH creators, creator, posts, cost, currency, cost_from
ORDER BY cost / creator.driven
WITH
  creators,
  currency,
  collect({creator: creator, posts: posts, cost: cost, cost_from: cost_from}) AS found
UNWIND found[..creators] AS row
WITH row, row.creator AS creator, currency
RETURN
  creator.known_as AS creator,
  row.posts AS posts,
  row.cost AS cost,
  currency,
  row.cost_from AS cost_from,
  round(creator.driven, 1) AS driven,
  round(row.cost / creator.driven, 2) AS cost_each,
  round(row.cost / creator.driven_high, 2) AS cost_each_low,
  CASE WHEN creator.driven_low > 0 THEN round(row.cost / creator.driven_low, 2) END AS cost_each_high
ORDER BY currency, cost_each
