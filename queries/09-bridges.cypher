// 09 Who connects communities that would hardly meet otherwise?
// vi Ai nối những cộng đồng vốn khó gặp nhau?
// people: how many bridges to draw, the most often passed first
WITH 5 AS people
MATCH (run:Run {status: 'complete'})
MATCH (bridge:Creator {run: run.id})
WHERE bridge.betweenness > 0
WITH run, people, bridge
ORDER BY bridge.betweenness DESC
WITH run, people, collect(bridge) AS bridges
UNWIND bridges[..people] AS bridge
MATCH (bridge)<-[heard:FOLLOWS]-(other:Creator {run: run.id})
WHERE other.community <> bridge.community
WITH bridge, heard, other
ORDER BY other.driven DESC
WITH bridge, other.community AS community, collect({heard: heard, other: other})[0] AS strongest
RETURN
  bridge,
  strongest.heard AS heard,
  strongest.other AS heard_by,
  bridge.community AS own_community,
  community AS other_community,
  round(bridge.betweenness, 4) AS betweenness
ORDER BY betweenness DESC, other_community
