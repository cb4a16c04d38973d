import { describe, expect, it } from 'vitest';
import { createMemoryEventBus, type MemoryEventBus, type MemoryEvents } from '../src/index.ts';

const rebuilt = (projection: string): MemoryEvents['projection:rebuilt'] => ({ projection, reason: 'test' });

const failures = (bus: MemoryEventBus): MemoryEvents['listener:failed'][] => {
  const heard: MemoryEvents['listener:failed'][] = [];
  bus.on('listener:failed', (event) => heard.push(event));
  return heard;
};

describe('an event bus', () => {
  it('tells listeners in the order in which they came, each event before the next', () => {
    const bus = createMemoryEventBus();
    const heard: string[] = [];
    bus.on('projection:rebuilt', ({ projection }) => heard.push(`first ${projection}`));
    bus.on('projection:rebuilt', ({ projection }) => heard.push(`second ${projection}`));
    bus.emit('projection:rebuilt', rebuilt('a'));
    bus.emit('projection:rebuilt', rebuilt('b'));
    expect(heard).toEqual(['first a', 'second a', 'first b', 'second b']);
  });

  it('tells only those who listen to the name', () => {
    const bus = createMemoryEventBus();
    const heard = failures(bus);
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(heard).toEqual([]);
  });

  it('tells a listener once that asked for once, also when it emits the same event itself', () => {
    const bus = createMemoryEventBus();
    let heard = 0;
    bus.once('projection:rebuilt', () => {
      heard += 1;
      bus.emit('projection:rebuilt', rebuilt('again'));
    });
    bus.emit('projection:rebuilt', rebuilt('a'));
    bus.emit('projection:rebuilt', rebuilt('b'));
    expect(heard).toBe(1);
  });

  it('forgets a listener by off and by the function that on and once give', () => {
    const bus = createMemoryEventBus();
    const heard: string[] = [];
    const listener = (): void => void heard.push('listener');
    bus.on('projection:rebuilt', listener);
    bus.off('projection:rebuilt', listener);
    const stop = bus.on('projection:rebuilt', () => heard.push('stopped'));
    const stopOnce = bus.once('projection:rebuilt', () => heard.push('never'));
    stop();
    stop();
    stopOnce();
    bus.off('projection:rebuilt', () => {});
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(heard).toEqual([]);
  });

  it('counts one function once a name, however often it is added', () => {
    const bus = createMemoryEventBus();
    const heard: string[] = [];
    const listener = (event: { readonly reason?: string; readonly event?: string }): void =>
      void heard.push(event.reason ?? `failed ${event.event}`);
    bus.on('projection:rebuilt', listener);
    bus.once('projection:rebuilt', listener);
    bus.on('projection:rebuilt', listener);
    bus.on('listener:failed', listener);
    bus.emit('projection:rebuilt', rebuilt('a'));
    bus.off('projection:rebuilt', listener);
    bus.emit('projection:rebuilt', rebuilt('b'));
    bus.emit('listener:failed', { event: 'x', error: undefined });
    expect(heard).toEqual(['test', 'failed x']);
  });

  it('reports a listener that throws, and goes on with the others and the caller', () => {
    const bus = createMemoryEventBus();
    const reported = failures(bus);
    const error = new Error('bad listener');
    const heard: string[] = [];
    bus.on('projection:rebuilt', () => {
      throw error;
    });
    bus.on('projection:rebuilt', ({ projection }) => heard.push(projection));
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(heard).toEqual(['a']);
    expect(reported).toEqual([{ event: 'projection:rebuilt', error }]);
  });

  it('reports an async listener that rejects, and leaves no rejection unhandled', async () => {
    const bus = createMemoryEventBus();
    const error = new Error('late');
    const reported = new Promise((resolve) => bus.once('listener:failed', resolve));
    const listener: (event: MemoryEvents['projection:rebuilt']) => unknown = () => Promise.reject(error);
    bus.on('projection:rebuilt', listener);
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(await reported).toEqual({ event: 'projection:rebuilt', error });
  });

  it('does not go round in circles when a listener to failures fails', () => {
    const bus = createMemoryEventBus();
    let calls = 0;
    bus.on('listener:failed', () => {
      calls += 1;
      throw new Error('me too');
    });
    bus.on('projection:rebuilt', () => {
      throw new Error('first');
    });
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(calls).toBe(1);
  });

  it('drops every listener at close', () => {
    const bus = createMemoryEventBus();
    const heard: string[] = [];
    bus.on('projection:rebuilt', ({ projection }) => heard.push(projection));
    bus.close();
    bus.close();
    bus.emit('projection:rebuilt', rebuilt('a'));
    expect(heard).toEqual([]);
  });
});
