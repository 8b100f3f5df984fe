// 09 Who connects communities that would hardly meet otherwise?
// vi Ai nối những cộng đồng vốn khó gặp nhau?
// people: how many bridges to draw, those on most ways from one to another first
WITH 5 AS people
MATCH (run:Run {status: 'complete'})
MATCH (bridge:Person {run: run.id, is_creator: true})
WHERE bridge.betweenness > 0
WITH run, people, bridge
ORDER BY bridge.betweenness DESC
WITH run, people, collect(bridge) AS bridges
UNWIND bridges[..people] AS bridge
MATCH heard = (bridge)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)<-[:FOLLOWS]-(:Person)
  -[:ACCOUNT_OF*0..1 {run: run.id}]->(other:Person {run: run.id, is_creator: true})
WHERE other.community <> bridge.community
WITH bridge, heard, other
ORDER BY other.driven DESC
WITH bridge, other.community AS community, collect(heard)[0] AS strongest
RETURN
  strongest AS heard_by,
  bridge.community AS own_community,
  community AS other_community,
  round(bridge.betweenness, 4) AS betweenness
ORDER BY betweenness DESC, other_community
