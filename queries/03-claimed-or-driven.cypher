// 03 Where do the platforms' claims and the conversions driven part ways?
// vi Ở đâu con số nền tảng ghi nhận khác với số chuyển đổi thực sự được tạo ra?
// people: how many creators to list, the widest gap first
WITH 30 AS people
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.claimed IS NOT NULL AND creator.driven IS NOT NULL
WITH people, creator
ORDER BY abs(creator.claimed - creator.driven) DESC
WITH people, collect(creator) AS listed
UNWIND listed[..people] AS creator
RETURN
  creator.known_as AS creator,
  toInteger(creator.claimed) AS claimed,
  round(creator.driven, 1) AS driven,
  round(creator.driven_low, 1) AS driven_low,
  round(creator.driven_high, 1) AS driven_high,
  round(creator.claimed - creator.driven, 1) AS gap,
  CASE
    WHEN creator.claimed > creator.driven_high THEN 'claims more than was driven'
    WHEN creator.claimed < creator.driven_low THEN 'drove more than is claimed'
    WHEN creator.driven_low IS NULL OR creator.driven_high IS NULL THEN 'cannot be told'
    ELSE 'agree within the interval'
  END AS verdict
ORDER BY abs(gap) DESC
