// 19 How few creators carry each campaign?
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person)-[drove:DROVE {run: run.id}]->(target:Conversion|Campaign)
OPTIONAL MATCH (target:Conversion)-[:IN]->(of:Campaign)
WITH CASE WHEN target:Campaign THEN target ELSE of END AS campaign, creator, sum(drove.credit) AS credit
WHERE campaign IS NOT NULL
WITH campaign, creator, credit
ORDER BY credit DESC
WITH campaign, collect(credit) AS credits, sum(credit) AS driven
RETURN
  coalesce(campaign.name, campaign.id) AS campaign,
  toInteger(campaign.conversions) AS conversions,
  round(driven, 1) AS driven,
  size(credits) AS people,
  head([n IN range(1, size(credits)) WHERE reduce(sum = 0.0, credit IN credits[..n] | sum + credit) >= driven / 2]) AS carry_half
ORDER BY driven DESC
