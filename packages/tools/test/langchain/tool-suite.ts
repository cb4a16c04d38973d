import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { ToolMessage } from '@langchain/core/messages';
import { isStructuredTool, type StructuredToolInterface } from '@langchain/core/tools';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { describe, expect, it } from 'vitest';

/** What the suite is run over. */
export interface ToolCandidate {
  readonly name: string;
  /** `weather`, described as `Tells the weather.`, of a `city` (text): gives `sunny in CITY`; fails with `no luck` in `Nowhere`. */
  open(): StructuredToolInterface;
}

const recorder = (): { readonly events: string[]; readonly handler: BaseCallbackHandler } => {
  const events: string[] = [];
  const handler = BaseCallbackHandler.fromMethods({
    handleToolStart: (_tool, input) => {
      events.push(`start ${JSON.stringify(input)}`);
    },
    handleToolEnd: (output: unknown) => {
      events.push(`end ${ToolMessage.isInstance(output) ? output.content : output}`);
    },
    handleToolError: (error: Error) => {
      events.push(`error ${error.message}`);
    },
  });
  handler.awaitHandlers = true;
  return { events, handler };
};

const call = (city: string) =>
  ({ type: 'tool_call', id: 'call-1', name: 'weather', args: { city } }) as const;

/** What LangChain documents of tools, as of @langchain/core 1.4.0: src/tools/index.ts, src/utils/function_calling.ts. */
export const describeTool = ({ name, open }: ToolCandidate): void => {
  describe(`tool: ${name}`, () => {
    // "Invokes the tool with the provided input and configuration."
    it('gives its output for input of its schema', async () => {
      await expect(open().invoke({ city: 'Lisbon' })).resolves.toContain('sunny in Lisbon');
    });

    // invoke with a ToolCall: the output becomes a ToolMessage of that call.
    it('answers a tool call with a ToolMessage', async () => {
      const message: unknown = await open().invoke(call('Lisbon'));
      expect(ToolMessage.isInstance(message)).toBe(true);
      expect(message).toMatchObject({ tool_call_id: 'call-1', name: 'weather' });
    });

    // "Schema can be provided as Zod or JSON schema, and both will be validated."
    it('refuses input of another shape before it runs', async () => {
      const { events, handler } = recorder();
      const refused = open().invoke({ city: 7 }, { callbacks: [handler] });
      await expect(refused).rejects.toThrow('Received tool input did not match expected schema');
      expect(events).toEqual([]);
    });

    // "manages callbacks": handleToolStart and handleToolEnd.
    it('reports its start and end', async () => {
      const { events, handler } = recorder();
      await open().invoke({ city: 'Lisbon' }, { callbacks: [handler] });
      expect(events).toEqual([
        expect.stringMatching(/^start .*Lisbon/),
        expect.stringMatching(/^end .*sunny in Lisbon/),
      ]);
    });

    // "handles any errors": handleToolError, and the error goes on to the caller.
    it('reports an error, and rejects with it', async () => {
      const { events, handler } = recorder();
      const failing = open().invoke({ city: 'Nowhere' }, { callbacks: [handler] });
      await expect(failing).rejects.toThrow('no luck');
      expect(events).toEqual([expect.stringMatching(/^start/), expect.stringMatching(/^error .*no luck/)]);
    });

    // RunnableConfig.signal.
    it('rejects when aborted', async () => {
      await expect(open().invoke({ city: 'Lisbon' }, { signal: AbortSignal.abort() })).rejects.toThrow();
    });

    // Runnable.batch: results in the order of the inputs.
    it('batch gives results in the order of the inputs', async () => {
      const results = await open().batch([{ city: 'Lisbon' }, { city: 'Porto' }]);
      expect(results.map(String)).toEqual([
        expect.stringContaining('Lisbon'),
        expect.stringContaining('Porto'),
      ]);
    });

    // isStructuredTool; convertToOpenAITool, "convert ... to OpenAI tool": how providers describe tools to models.
    it('is described to models by name, description and schema', () => {
      const candidate = open();
      expect(isStructuredTool(candidate as never)).toBe(true);
      expect(convertToOpenAITool(candidate)).toMatchObject({
        type: 'function',
        function: {
          name: 'weather',
          description: 'Tells the weather.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      });
    });
  });
};
