// 01 Who drives more conversions than their follower count explains?
// vi Ai tạo ra nhiều chuyển đổi hơn mức mà số người theo dõi của họ giải thích được?
// people: how many creators to list, the surest first
WITH 25 AS people
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.beats_followers
WITH people, creator
ORDER BY creator.lift_low DESC
WITH people, collect(creator) AS surest
UNWIND surest[..people] AS creator
RETURN
  creator.known_as AS creator,
  toInteger(creator.followers_known) AS followers,
  round(creator.driven, 1) AS driven,
  round(creator.driven_low, 1) AS driven_low,
  round(creator.driven_high, 1) AS driven_high,
  round(creator.expected, 1) AS expected,
  round(creator.lift, 2) AS lift,
  round(creator.lift_low, 2) AS lift_low,
  round(creator.lift_high, 2) AS lift_high
ORDER BY lift_low DESC
