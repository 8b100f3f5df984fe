// 17 Whom do the strongest drivers move?
// vi Những người tạo chuyển đổi mạnh nhất tác động đến ai?
// creators: how many to draw, those who drove most
// moved: how many people to draw for each, those moved most
WITH 8 AS creators, 12 AS moved
MATCH (run:Run {status: 'complete'})
MATCH (creator:Person {run: run.id, is_creator: true})
WHERE creator.driven > 0
WITH run, creators, moved, creator
ORDER BY creator.driven DESC
WITH run, creators, moved, collect(creator) AS drivers
UNWIND drivers[..creators] AS creator
MATCH influence = (creator)-[influences:INFLUENCES {run: run.id}]->(:Person)
WITH moved, creator, influence, influences
ORDER BY influences.credit DESC
WITH moved, creator, collect(influence) AS found
UNWIND found[..moved] AS influence
RETURN influence, round(relationships(influence)[0].credit, 2) AS conversions
ORDER BY creator.driven DESC, conversions DESC
