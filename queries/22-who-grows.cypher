// 22 Who grows, how fast, and how much do they drive?
// vi Ai đang tăng người theo dõi, nhanh đến đâu, và thúc đẩy được bao nhiêu?
// people: how many accounts to list, the fastest first
// days: how many days a history of follower counts has to cover
// followers: at least so many at the first count, for a handful doubles easily
WITH 25 AS people, 28 AS days, 100 AS followers
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
MATCH (creator)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(account:Person)-[:HAD]->(counted:FollowerCount)
WHERE counted.followers > 0
WITH people, days, followers, creator, account, counted
ORDER BY counted.at
WITH people, days, followers, creator, account, collect(counted) AS counts
WITH people, days, followers, creator, account, counts,
  duration.inDays(head(counts).at, last(counts).at).days AS covered
WHERE covered >= days AND head(counts).followers >= followers AND last(counts).followers > head(counts).followers
WITH people, creator, account, counts, covered,
  (1.0 * last(counts).followers / head(counts).followers) ^ (30.0 / covered) - 1 AS growth
ORDER BY growth DESC
WITH people, collect([creator, account, counts, covered, growth]) AS growing
UNWIND growing[..people] AS row
WITH row[0] AS creator, row[1] AS account, row[2] AS counts, row[3] AS covered, row[4] AS growth
RETURN
  creator.known_as AS creator,
  account.id AS account,
  account.platform AS platform,
  toInteger(head(counts).followers) AS followers_first,
  toInteger(last(counts).followers) AS followers_latest,
  covered AS days,
  round(100.0 * growth, 1) AS percent_in_30_days,
  round(100.0 * reduce(most = 0.0, i IN range(1, size(counts) - 1) |
    CASE WHEN 1.0 * counts[i].followers / counts[i - 1].followers - 1 > most
      THEN 1.0 * counts[i].followers / counts[i - 1].followers - 1 ELSE most END), 1) AS percent_in_largest_step,
  round(creator.driven, 1) AS driven,
  round(creator.per_1000, 1) AS per_1000,
  round(creator.per_1000_low, 1) AS per_1000_low,
  round(creator.per_1000_high, 1) AS per_1000_high
ORDER BY percent_in_30_days DESC, creator, account
