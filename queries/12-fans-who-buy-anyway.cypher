// 12 Whose followers buy anyway, with or without a post?
// vi Người theo dõi của ai vẫn mua, dù có bài đăng hay không?
// creators: how many to list, those whose followers bought most by themselves
WITH 30 AS creators
MATCH (run:Run {status: 'complete'})
MATCH (account:Person)-[:MADE]->(order:Conversion {run: run.id})
OPTIONAL MATCH (account)-[:ACCOUNT_OF {run: run.id}]->(person:Person)
WITH run, creators, coalesce(person, account) AS buyer, count(order) AS orders, sum(order.organic) AS organic
MATCH (buyer)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:FOLLOWS]->(:Person)
  -[:ACCOUNT_OF*0..1 {run: run.id}]->(creator:Person {run: run.id, is_creator: true})
WITH DISTINCT run, creators, creator, buyer, orders, organic
WITH run, creators, creator, count(buyer) AS buyers, sum(orders) AS orders, sum(organic) AS organic
ORDER BY organic DESC
WITH run, creators, collect({creator: creator, buyers: buyers, orders: orders, organic: organic}) AS found
UNWIND found[..creators] AS fans
WITH run, fans, fans.creator AS creator
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)<-[:FOLLOWS]-(account:Person)
OPTIONAL MATCH (account)-[:ACCOUNT_OF {run: run.id}]->(person:Person)
WITH fans, creator, count(DISTINCT coalesce(person, account)) AS followers
RETURN
  creator.known_as AS creator,
  followers,
  fans.buyers AS followers_who_bought,
  fans.orders AS their_orders,
  round(fans.organic, 1) AS came_anyway,
  round(100 * fans.organic / fans.orders, 1) AS anyway_percent,
  round(1000 * fans.organic / followers, 1) AS anyway_per_1000,
  round(creator.driven, 1) AS driven,
  round(creator.driven_low, 1) AS driven_low,
  round(creator.driven_high, 1) AS driven_high
ORDER BY came_anyway DESC
