// 09 Who connects communities that would hardly meet otherwise?
// vi Ai nối những cộng đồng vốn khó gặp nhau?
// people: how many bridges to draw, those on most ways first: no more than 75 ways and so 300 nodes in all
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
ORDER BY coalesce(other.driven, 0) DESC
WITH bridge, other.community AS community, collect({heard: heard, driven: coalesce(other.driven, 0)})[0] AS strongest
ORDER BY strongest.driven DESC, community
WITH bridge, collect({heard: strongest.heard, community: community}) AS ways
UNWIND range(0, size(ways) - 1) AS place
WITH bridge, ways[place] AS way, place
ORDER BY place, bridge.betweenness DESC
LIMIT 75
RETURN
  way.heard AS heard_by,
  bridge.community AS own_community,
  way.community AS other_community,
  round(bridge.betweenness, 4) AS betweenness
ORDER BY betweenness DESC, other_community
