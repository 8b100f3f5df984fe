// 05 Which roles carried each campaign?
// vi Vai trò nào đã gánh từng chiến dịch?
// measure: what to split: people, reach, driven or value
WITH 'driven' AS measure
MATCH (:Run {status: 'complete'})-[:FOUND]->(mix:Mix {scope: 'campaign', measure: measure})
WITH mix, mix.influencer + mix.ugc + mix.advocate + mix.unassigned AS total
WHERE total > 0
OPTIONAL MATCH (campaign:Campaign {id: mix.key})
RETURN
  coalesce(campaign.name, campaign.id, 'none') AS campaign,
  date(campaign.starts_at) AS starts,
  round(100 * mix.influencer / total, 1) AS influencer_percent,
  round(100 * mix.ugc / total, 1) AS ugc_percent,
  round(100 * mix.advocate / total, 1) AS advocate_percent,
  round(100 * mix.unassigned / total, 1) AS unassigned_percent,
  toInteger(round(total)) AS total
ORDER BY starts, campaign
