// 06 Which roles carry each community, and who leads it?
// vi Vai trò nào gánh từng cộng đồng, và ai dẫn dắt?
// measure: what to split: people, reach, driven or value
WITH 'driven' AS measure
MATCH (run:Run {status: 'complete'})-[:FOUND]->(mix:Mix {scope: 'community', measure: measure})
WITH run, mix, mix.influencer + mix.ugc + mix.advocate + mix.unassigned AS total
WHERE total > 0
OPTIONAL MATCH (creator:Person {run: run.id, is_creator: true})
WHERE toString(creator.community) = mix.key AND creator.driven > 0
WITH mix, total, creator
ORDER BY creator.driven DESC
WITH mix, total, collect(creator.known_as) AS creators
RETURN
  CASE mix.key WHEN '' THEN 'none' ELSE mix.key END AS community,
  creators[..3] AS leaders,
  round(100 * mix.influencer / total, 1) AS influencer_percent,
  round(100 * mix.ugc / total, 1) AS ugc_percent,
  round(100 * mix.advocate / total, 1) AS advocate_percent,
  round(100 * mix.unassigned / total, 1) AS unassigned_percent,
  toInteger(round(total)) AS total
ORDER BY total DESC
