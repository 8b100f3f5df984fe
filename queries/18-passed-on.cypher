// 18 Whose posts work on through the people who pass them on?
// vi Bài của ai còn tác dụng qua những người chia sẻ lại?
// creators: how many to list, the largest ripple first
WITH 25 AS creators
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.ripple > 0
WITH run, creators, creator
ORDER BY creator.ripple DESC
WITH run, creators, collect(creator) AS found
UNWIND found[..creators] AS creator
OPTIONAL MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:SHARED]->(:Share)<-[:RESHARE_OF]-(reshare:Share)
WITH creator, count(reshare) AS reshares
RETURN
  creator.known_as AS creator,
  round(creator.driven, 1) AS driven_directly,
  round(creator.ripple, 2) AS driven_through_others,
  reshares
ORDER BY driven_through_others DESC
