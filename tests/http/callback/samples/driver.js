// Follows the sample of the page. See test_samples.py for what comes in.
const text = (field) => Buffer.from(field, 'base64').toString();

for (const line of require('node:fs').readFileSync(0, 'latin1').split('\n').filter(Boolean)) {
  const [kind, now, secret, body, ...pairs] = line.split('\t');
  const named = {};
  for (let i = 0; i < pairs.length; i += 2) named[text(pairs[i])] = text(pairs[i + 1]);
  const bytes = Buffer.from(body, 'base64');
  let answer;
  try {
    answer = kind === 'webhook' ? verifyWebhook(named, bytes, text(secret), Number(now))
      : kind === 'firma' ? verifyFirma(bytes, text(secret))
        : verifyReturn(named, text(secret), Number(now));
  } catch (error) {
    answer = 'error';
  }
  console.log(String(answer));
}
