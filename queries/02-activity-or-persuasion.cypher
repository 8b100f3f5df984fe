// 02 Is it because they are active, or because they persuade?
// vi Đó là nhờ họ hoạt động nhiều, hay nhờ họ thuyết phục?
// people: how many creators to list, the largest lift first
// lift: list only those with at least this lift (0 lists all)
WITH 40 AS people, 0.0 AS lift
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.lift >= lift
WITH people, creator
ORDER BY creator.lift DESC
WITH people, collect(creator) AS listed
UNWIND listed[..people] AS creator
RETURN
  creator.known_as AS creator,
  round(creator.lift, 2) AS lift,
  round(creator.activity, 2) AS activity,
  round(creator.persuasion, 2) AS persuasion,
  CASE
    WHEN creator.beats_followers IS NULL THEN 'cannot be told apart'
    WHEN creator.lift_high < 1 THEN 'falls short'
    WHEN NOT creator.beats_followers THEN 'may be luck'
    WHEN creator.persuasive AND creator.activity > 1 THEN 'both'
    WHEN creator.persuasive THEN 'persuasion'
    WHEN creator.activity > 1 THEN 'activity'
    ELSE 'cannot be told apart'
  END AS because
ORDER BY lift DESC
