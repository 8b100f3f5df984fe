// 07 How did a first post become a purchase?
// vi Bài đăng đầu tiên đã trở thành đơn hàng như thế nào?
// creators: how many to draw, those who drove most, each with the order that is most surely theirs
// days: how long before the order the first post may stand
WITH 8 AS creators, 30 AS days
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.driven > 0
WITH run, creators, days, creator
ORDER BY creator.driven DESC
WITH run, creators, days, collect(creator) AS drivers
UNWIND drivers[..creators] AS creator
MATCH (creator)-[drove:DROVE {run: run.id}]->(order:Conversion)-[:IN]->(campaign:Campaign)
WITH run, days, creator, drove, order, campaign
ORDER BY drove.credit DESC
WITH run, days, creator, collect({drove: drove, order: order, campaign: campaign})[0] AS surest
WITH run, days, creator, surest.drove AS drove, surest.order AS order, surest.campaign AS campaign
MATCH post = (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:SHARED]->(share:Share)-[:IN]->(campaign)
WHERE order.converted_at - duration({days: days}) <= share.shared_at < order.converted_at
WITH drove, order, campaign, post, share
ORDER BY share.shared_at
WITH drove, order, campaign, collect(post)[0] AS first_post, min(share.shared_at) AS posted_at
MATCH purchase = (:Person)-[:MADE]->(order)-[:IN]->(campaign)
RETURN
  first_post,
  purchase,
  drove,
  round(drove.credit, 2) AS credit,
  round(duration.inSeconds(posted_at, order.converted_at).seconds / 86400.0, 1) AS days_between
ORDER BY credit DESC
