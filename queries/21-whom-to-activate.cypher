// 21 Whom to activate next, in which order, and what does each add?
// vi Nên kích hoạt ai tiếp theo, theo thứ tự nào, và mỗi người thêm được gì?
// people: how many to list, in the order of the plan that `map --budget` made
WITH 25 AS people
MATCH (run:Run {status: 'complete'})
MATCH (person:Person {run: run.id})
WHERE person.plan_place IS NOT NULL
WITH people, person
ORDER BY person.plan_place
WITH people, collect(person) AS planned, sum(person.plan_gain) AS whole
UNWIND planned[..people] AS person
RETURN
  toInteger(person.plan_place) AS place,
  coalesce(person.known_as, 'no listed creator') AS who,
  person.plan_cost AS cost,
  person.plan_currency AS currency,
  round(person.plan_gain, 1) AS adds_orders,
  round(100.0 * person.plan_gain / whole, 1) AS percent_of_plan,
  round(person.driven, 1) AS driven_so_far,
  person.identifiable AS can_be_told
ORDER BY place
