// 08 Which posts were passed on, by whom, and how far?
// vi Những bài nào được chia sẻ tiếp, bởi ai, và đi xa đến đâu?
// chains: how many chains to draw, the most passed on first
// reshares: how many reshares of each to draw
WITH 6 AS chains, 20 AS reshares
MATCH passed_on = (first:Share)<-[:RESHARE_OF*1..10]-(:Share)
WHERE NOT (first)-[:RESHARE_OF]->()
WITH chains, reshares, first, passed_on
ORDER BY length(passed_on) DESC
WITH chains, reshares, first, collect(passed_on) AS ways
ORDER BY size(ways) DESC, first.shared_at
WITH chains, reshares, collect(ways) AS found
UNWIND found[..chains] AS ways
UNWIND ways[..reshares] AS passed_on
RETURN
  passed_on,
  [share IN nodes(passed_on) | head([post = (:Person)-[:SHARED]->(share) | post])] AS posts,
  length(passed_on) AS steps,
  size(ways) AS reshares_in_all
