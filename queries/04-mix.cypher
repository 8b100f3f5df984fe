// 04 What is the mix of influencers, UGC creators and advocates?
// vi Tỷ lệ giữa influencer, người sáng tạo UGC và người ủng hộ là bao nhiêu?
MATCH (:Run {status: 'complete'})-[:FOUND]->(mix:Mix {scope: 'all'})
WITH mix, mix.influencer + mix.ugc + mix.advocate + mix.unassigned AS total
WHERE total > 0
RETURN
  mix.measure AS of,
  round(100 * mix.influencer / total, 1) AS influencer_percent,
  round(100 * mix.ugc / total, 1) AS ugc_percent,
  round(100 * mix.advocate / total, 1) AS advocate_percent,
  round(100 * mix.unassigned / total, 1) AS unassigned_percent,
  toInteger(round(total)) AS total
ORDER BY CASE of WHEN 'people' THEN 1 WHEN 'reach' THEN 2 WHEN 'driven' THEN 3 ELSE 4 END
