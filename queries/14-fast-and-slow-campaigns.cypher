// 14 Which campaigns convert fast, and which slowly?
// vi Chiến dịch nào chuyển đổi nhanh, chiến dịch nào chậm?
MATCH (run:Run {status: 'complete'})
MATCH (campaign:Campaign {run: run.id})<-[:IN]-(order:Conversion)<-[drove:DROVE {run: run.id}]-(creator:Person)
WITH run, campaign, creator, collect({at: order.converted_at, credit: drove.credit}) AS orders
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:SHARED]->(share:Share)
WHERE EXISTS { (share)-[:IN]->(campaign) } OR NOT EXISTS { (share)-[:IN]->(:Campaign) }
WITH campaign, creator, orders, share
ORDER BY share.shared_at DESC
WITH campaign, creator, orders, collect(share.shared_at) AS posts
UNWIND orders AS order
WITH campaign, order, head([at IN posts WHERE at < order.at]) AS posted_at
WITH
  campaign,
  duration.inDays(campaign.starts_at, order.at).days AS day,
  sum(order.credit) AS driven,
  sum(CASE WHEN posted_at IS NOT NULL THEN order.credit ELSE 0 END) AS timed,
  sum(order.credit * duration.inSeconds(posted_at, order.at).seconds / 86400.0) AS waited
ORDER BY day
WITH
  campaign,
  collect({day: day, driven: driven}) AS days,
  sum(driven) AS driven,
  sum(timed) AS timed,
  sum(waited) AS waited
RETURN
  coalesce(campaign.name, campaign.id) AS campaign,
  date(campaign.starts_at) AS starts,
  round(campaign.driven, 1) AS driven,
  CASE WHEN timed > 0 THEN round(waited / timed, 1) END AS days_from_latest_post,
  head([at IN range(0, size(days) - 1)
    WHERE reduce(sum = 0.0, each IN days[..at + 1] | sum + each.driven) >= driven / 2
    | days[at].day]) AS days_to_half
ORDER BY days_from_latest_post
