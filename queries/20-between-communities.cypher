// 20 Which communities move which?
// vi Cộng đồng nào tác động đến cộng đồng nào?
MATCH (run:Run {status: 'complete'})
MATCH (source:Person)-[moved:INFLUENCES {run: run.id}]->(target:Person)
WITH source.community AS source, target.community AS target, sum(moved.credit) AS conversions, count(*) AS pairs
WHERE source IS NOT NULL AND target IS NOT NULL
RETURN
  source AS moving_community,
  target AS moved_community,
  source = target AS within,
  round(conversions, 1) AS conversions,
  pairs AS pairs_of_people
ORDER BY conversions DESC
LIMIT 100
