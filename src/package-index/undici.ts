/** The part of undici that is used. Loaded when it is needed: with everything in the cache, nothing is asked of anybody. */
export { Agent, EnvHttpProxyAgent, Pool, setGlobalDispatcher } from 'undici';
