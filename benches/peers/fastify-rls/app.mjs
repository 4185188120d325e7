// Fastify with postgres.js, two processes: response schemas, prepared statements, and each request in a transaction whose first statement sets the account.
import cluster from 'node:cluster'
import { createVerifier } from 'fast-jwt'
import Fastify from 'fastify'
import postgres from 'postgres'

if (cluster.isPrimary) {
  cluster.fork()
  cluster.fork()
  cluster.on('exit', () => process.exit(1))
} else {
  const asText = { to: 1082, from: [1082, 1184], serialize: x => x, parse: x => x }
  const sql = postgres(process.env.DATABASE_URL, { max: 4, types: { asText, number: { to: 20, from: [20], serialize: String, parse: Number } } })
  const columns = (await sql`select column_name as name, data_type as type from information_schema.columns where table_schema = 'peer' and table_name = 'candidate' and column_name <> 'folded' order by ordinal_position`)
  const C = columns.map(c => c.name).join(', ')
  const ENTER = `select set_config('peer.role', a.role, true), set_config('peer.organization', a.organization_id::text, true),
      set_config('peer.branches', case when a.branch_id is null then '{}' else '{' || a.branch_id || '}' end, true)
    from peer.session s join peer.account a on a.id = s.account_id
    where s.id = $1 and s.revoked_at is null and s.expires_at > now() and a.session_version = $2 and a.disabled_at is null`
  const ONE = `select ${C} from peer.candidate where id = $1`
  const LIST = `select ${C} from peer.candidate where branch_id = $1 and stage = $2 order by created_at desc, id desc limit $3`
  const CHANGE = `with changed as (update peer.candidate set occupation = $2, version = version + 1, updated_at = now() where id = $1 and version = $3 returning ${C}),
    noted as (insert into peer.audit (organization_id, account_id, action, resource_id, fields) select organization_id, organization_id, 'change', id, '{occupation}' from changed)
    select * from changed`
  const NOMINATE = `with made as (insert into peer.candidate (organization_id, branch_id, introduced_by, full_name, sex, birth_date, occupation, youth_union_member, trade_union_member, stage, stage_on, nominated_on, folded)
      values (peer.organization(), $1, 'trade_union', $2, 'female', $3, $4, false, true, 'nominated', current_date, current_date, lower($2)) returning ${C}),
    noted as (insert into peer.audit (organization_id, account_id, action, resource_id, fields) select organization_id, organization_id, 'create', id, '{}' from made)
    select * from made`
  const QUOTAS = 'select branch_id, stage, count(*) as n from peer.candidate where extract(year from nominated_on) = $1::int group by 1, 2 order by 1, 2'
  const SEARCH = 'select id, full_name, branch_id, stage, birth_date from peer.find($1)'

  const refused = (status, message) => Object.assign(new Error(message), { statusCode: status })
  const run = async (user, mode, text, values) => {
    const [entered, rows] = await sql.begin(mode, t => [t.unsafe(ENTER, [user.sid, user.ver], { prepare: true }), t.unsafe(text, values, { prepare: true })])
    if (!entered.length) throw refused(401, 'session')
    return rows
  }

  const text = { type: 'string', nullable: true }
  const kinds = { boolean: { type: 'boolean', nullable: true }, integer: { type: 'integer', nullable: true } }
  const candidate = { type: 'object', properties: Object.fromEntries(columns.map(c => [c.name, kinds[c.type] ?? text])) }
  const id = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } }
  const app = Fastify()
  const verify = createVerifier({ key: process.env.SECRET, algorithms: ['HS256'] })
  app.addHook('onRequest', async request => {
    try {
      request.user = verify(request.headers.authorization.slice(7))
    } catch {
      throw refused(401, 'token')
    }
  })
  app.get('/candidates/:id', { schema: { params: id, response: { 200: candidate } } }, async request => {
    const [row] = await run(request.user, 'read only', ONE, [request.params.id])
    if (!row) throw refused(404, 'no such row')
    return row
  })
  const wanted = { type: 'object', properties: { branch_id: { type: 'string', format: 'uuid' }, stage: { type: 'string' }, q: { type: 'string' }, limit: { type: 'integer', minimum: 1, maximum: 200 } } }
  app.get('/candidates', { schema: { querystring: wanted, response: { 200: { type: 'object', properties: { items: { type: 'array', items: candidate } } } } } }, async request => {
    const { q, branch_id, stage, limit } = request.query
    return { items: q ? await run(request.user, 'read only', SEARCH, [q]) : await run(request.user, 'read only', LIST, [branch_id, stage, limit]) }
  })
  const change = { type: 'object', required: ['occupation'], properties: { occupation: { type: 'string' } } }
  app.patch('/candidates/:id', { schema: { params: id, body: change, response: { 200: candidate } } }, async request => {
    const [row] = await run(request.user, '', CHANGE, [request.params.id, request.body.occupation, Number(request.headers['if-match'].slice(1, -1))])
    if (!row) throw refused(409, 'version')
    return row
  })
  const nomination = { type: 'object', required: ['branch_id', 'full_name', 'birth_date', 'occupation'], properties: { branch_id: { type: 'string', format: 'uuid' }, full_name: { type: 'string', minLength: 2, maxLength: 120 }, birth_date: { type: 'string', format: 'date' }, occupation: { type: 'string' } } }
  app.post('/nominations', { schema: { body: nomination, response: { 200: candidate } } }, async request => {
    const { branch_id, full_name, birth_date, occupation } = request.body
    return (await run(request.user, '', NOMINATE, [branch_id, full_name, birth_date, occupation]))[0]
  })
  app.get('/annual-quotas', { schema: { querystring: { type: 'object', required: ['year'], properties: { year: { type: 'integer' } } } } }, async request => ({ items: await run(request.user, 'read only', QUOTAS, [request.query.year]) }))
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
  await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 })
}
