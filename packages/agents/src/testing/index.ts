export {
  createScriptedModel,
  type ScriptedModel,
  type ScriptedResponse,
  type ScriptedStep,
} from '../models/scripted.ts';
