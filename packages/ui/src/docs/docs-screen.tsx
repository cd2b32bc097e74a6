import { Fragment, useEffect, useState } from 'react';
import { FailureNotice, Icon, Mark } from '../controls/index.ts';
import { type Failure, failureOfCode } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { type ApiRoute, apiRoutes } from './api-routes.ts';

interface DocsScreenProps {
  readonly token: string | null;
}

/** The local API, readable: every route of `/openapi.json`, with what it takes and answers. */
export function DocsScreen({ token }: DocsScreenProps) {
  const [routes, setRoutes] = useState<readonly ApiRoute[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    fetch('/openapi.json', { headers, signal: stop.signal }).then(
      async (response) => {
        if (response.ok) setRoutes(apiRoutes(await response.json()));
        else setFailure(failureOfCode(response.status === 401 ? 'unauthorized' : 'internal_error'));
      },
      () => {
        if (!stop.signal.aborted) setFailure(failureOfCode('not_running'));
      },
    );
    return () => stop.abort();
  }, [token]);
  return (
    <main className="page docs">
      <div className="page-head">
        <h1 className="row">
          <Mark /> The local API
        </h1>
        <a className="button button-quiet button-s" href="/">
          <Icon name="back" /> <span>Back to Postern</span>
        </a>
      </div>
      <p className="soft">
        Everything listens on this computer only and needs the token of the running Postern. Programs find the
        same list at <code>/openapi.json</code>. {sentences.independent}
      </p>
      {failure === null ? null : <FailureNotice failure={failure} />}
      {routes === null && failure === null ? <p className="soft">Loading…</p> : null}
      {(routes ?? []).map((route) => (
        <RouteCard key={`${route.method} ${route.path}`} route={route} />
      ))}
    </main>
  );
}

function RouteCard({ route }: { readonly route: ApiRoute }) {
  const { method, path, summary, description, parameters, body, answers } = route;
  return (
    <section className="card route" aria-label={`${method} ${path}`}>
      <h2>
        <span className={`method method-${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
      </h2>
      {summary === '' ? null : <p>{summary}</p>}
      {description === '' || description === summary ? null : <p className="soft">{description}</p>}
      {parameters.length === 0 ? null : (
        <p className="small soft">
          Takes:{' '}
          {parameters
            .map((each) => `${each.name} (${each.in}${each.required ? ', required' : ''})`)
            .join(', ')}
        </p>
      )}
      {body === null ? null : (
        <details className="fold">
          <summary>Body</summary>
          <pre className="tool-text">{body}</pre>
        </details>
      )}
      <Answers answers={answers.filter(isGood)} />
      {answers.every(isGood) ? null : (
        <details className="fold">
          <summary>What it may answer instead</summary>
          <Answers answers={answers.filter((each) => !isGood(each))} />
        </details>
      )}
    </section>
  );
}

function isGood({ status }: ApiRoute['answers'][number]): boolean {
  return status.startsWith('2');
}

function Answers({ answers }: Pick<ApiRoute, 'answers'>) {
  return (
    <dl className="facts answers">
      {answers.map((answer) => (
        <div key={answer.status}>
          <dt className="tabular">{answer.status}</dt>
          <dd>
            {answer.description.split('`').map((part, index) => (
              // Every second part stood between backticks; parts never move.
              <Fragment key={partKey(part, index)}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function partKey(part: string, index: number): string {
  return `${index}.${part}`;
}
