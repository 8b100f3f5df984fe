// 13 Which advocates are not in the programme yet?
// vi Những người ủng hộ nào còn ở ngoài chương trình?
// people: how many to draw, the strongest first
// advocate: at least this part of their role is advocacy
// posts: how many posts of each to draw
WITH 18 AS people, 0.5 AS advocate, 5 AS posts
MATCH (run:Run {status: 'complete'})
MATCH (person:Person {run: run.id, is_creator: false})
WHERE person.advocate >= advocate
WITH run, people, posts, person
ORDER BY person.strength * person.advocate DESC
WITH run, people, posts, collect(person) AS advocates
UNWIND advocates[..people] AS person
OPTIONAL MATCH post = (person)<-[:ACCOUNT_OF*0..1 {run: run.id}]-(:Person)-[:SHARED]->(share:Share)-[:IN]->(:Campaign)
WITH run, posts, person, post
ORDER BY share.shared_at DESC
WITH run, posts, person, collect(post) AS shared
RETURN
  person,
  round(100 * person.advocate) AS advocate_percent,
  round(person.strength, 2) AS strength,
  COUNT { (person)<-[:ACCOUNT_OF*0..1 {run: run.id}]-()-[:SHARED]->(:Share) } AS posts,
  COUNT { (person)<-[:ACCOUNT_OF*0..1 {run: run.id}]-()-[:MADE]->(:Conversion {run: run.id}) } AS own_orders,
  round(person.driven, 1) AS driven,
  round(person.driven_low, 1) AS driven_low,
  round(person.driven_high, 1) AS driven_high,
  shared[..posts] AS latest_posts
ORDER BY strength DESC
