// 08 Which posts were passed on, by whom, and how far?
// vi Những bài nào được chia sẻ tiếp, bởi ai, và đi xa đến đâu?
// chains: how many chains to draw, the most passed on first
// reshares: how many reshares of each to draw: in all, no more than 150 posts and so 300 nodes
WITH 6 AS chains, 20 AS reshares
MATCH passed_on = (first:Share)<-[:RESHARE_OF*1..10]-(:Share)
WHERE NOT (first)-[:RESHARE_OF]->()
WITH chains, reshares, first, passed_on
ORDER BY length(passed_on) DESC
WITH chains, reshares, first, collect(passed_on) AS ways
ORDER BY size(ways) DESC, first.shared_at
WITH chains, collect({ways: ways[..reshares], all: size(ways)}) AS found
WITH found[..chains] AS found
UNWIND range(0, size(found) - 1) AS chain
UNWIND range(0, size(found[chain].ways) - 1) AS place
WITH chain, place, found[chain].ways[place] AS passed_on, found[chain].all AS all
ORDER BY place, chain
WITH collect({chain: chain, place: place, passed_on: passed_on, all: all}) AS ways
WITH reduce(
    drawn = {shares: [], ways: []},
    way IN ways | CASE
      WHEN size(drawn.shares) + size([share IN nodes(way.passed_on) WHERE NOT share IN drawn.shares]) > 150 THEN drawn
      ELSE {
        shares: drawn.shares + [share IN nodes(way.passed_on) WHERE NOT share IN drawn.shares],
        ways: drawn.ways + [way]
      }
    END
  ) AS drawn
UNWIND drawn.ways AS way
WITH way.chain AS chain, way.place AS place, way.passed_on AS passed_on, way.all AS all
ORDER BY chain, place
RETURN
  passed_on,
  [share IN nodes(passed_on) | head([post = (:Person)-[:SHARED]->(share) | post])] AS posts,
  length(passed_on) AS steps,
  all AS reshares_in_all
