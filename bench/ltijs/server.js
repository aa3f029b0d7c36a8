// ltijs doing the tool's job: a launch ends with a page, and what is submitted becomes a grade on the platform.
// As its documentation shows it, one process a core; every setting comes from the environment, in JSON.
'use strict'

const cluster = require('node:cluster')
const fs = require('node:fs')

const settings = JSON.parse(process.env.BENCH_SETTINGS)

async function serve (lti, Database, deploys) {
  const { host, port, user, password, database } = settings.database
  const plugin = new Database(database, user, password, { host, port, dialect: 'postgres', logging: false })
  const page = fs.readFileSync(settings.page, 'utf8')
  // Ten seconds by default, and the tokens are signed before the clock starts.
  const options = { cookies: { secure: true, sameSite: 'None' }, tokenMaxAge: 120, cors: false }
  lti.setup(settings.secret, { plugin }, options)

  lti.onConnect((token, request, response) => response.send(page.replace('{ltik}', response.locals.ltik)))

  lti.app.post('/submit', async (request, response) => {
    const token = response.locals.token
    const score = { userId: token.user, scoreGiven: Number(request.body.score), scoreMaximum: 8 }
    score.activityProgress = 'Completed'
    score.gradingProgress = 'FullyGraded'
    try {
      await lti.Grade.submitScore(token, token.platformContext.endpoint.lineitem, score)
      response.sendStatus(200)
    } catch (error) {
      response.status(500).send(String(error))
    }
  })

  await lti.deploy({ port: settings.port, silent: true, serverless: !deploys })
}

async function prepare () {
  const { Provider: lti } = require('ltijs')
  await serve(lti, require('ltijs-sequelize'), false)
  const { issuer, auth_url: auth, token_url: token, jwks_url: keys, client_id: client } = settings.platform
  await lti.registerPlatform({
    url: issuer,
    name: 'Benchmark',
    clientId: client,
    authenticationEndpoint: auth,
    accesstokenEndpoint: token,
    authConfig: { method: 'JWK_SET', key: keys }
  })
}

if (cluster.isPrimary) {
  prepare().then(() => {
    for (let started = 0; started < settings.processes; started++) cluster.fork()
    process.on('SIGTERM', () => process.exit(0))
  })
} else {
  serve(require('ltijs').Provider, require('ltijs-sequelize'), true)
}
