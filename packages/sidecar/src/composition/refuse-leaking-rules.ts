import type { Agent } from '../agent/index.ts';
import { ConfigurationError, exitCodes, Failure } from '../errors/index.ts';

/** A name that a rule may not be able to express is looked at before anything is shown. @throws ConfigurationError `unsafe_storage` */
export async function refuseLeakingRules(agent: Pick<Agent, 'checkRules'>): Promise<void> {
  try {
    await agent.checkRules();
  } catch (error) {
    if (error instanceof Failure && error.code === 'unsafe_storage')
      throw new ConfigurationError(error.code, exitCodes.configuration, error.detail);
    // Not found out: no query runs before it is.
  }
}
