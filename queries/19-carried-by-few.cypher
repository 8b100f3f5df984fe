// 19 How few people carry each campaign?
// vi Mỗi chiến dịch dựa vào bao nhiêu người?
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person)-[drove:DROVE {run: run.id}]->(target:Conversion|Campaign)
OPTIONAL MATCH (target:Conversion)-[:IN]->(of:Campaign)
WITH CASE WHEN target:Campaign THEN target ELSE of END AS campaign, creator, sum(drove.credit) AS credit
WHERE campaign IS NOT NULL
WITH campaign, creator, credit
ORDER BY credit DESC
WITH campaign, collect(credit) AS credits, sum(credit) AS driven
WITH campaign, driven, size(credits) AS people, reduce(
    half = {driven: 0.0, people: 0},
    credit IN credits | CASE
      WHEN half.driven >= driven / 2 THEN half
      ELSE {driven: half.driven + credit, people: half.people + 1}
    END
  ) AS half
RETURN
  coalesce(campaign.name, campaign.id) AS campaign,
  toInteger(campaign.conversions) AS conversions,
  round(driven, 1) AS driven,
  people AS people_who_drove,
  half.people AS carry_half
ORDER BY driven DESC
