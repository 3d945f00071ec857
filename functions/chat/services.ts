import type { ChatService } from '../shared/model.ts';
import type { ServiceRow } from './service.ts';
import { discord } from './services/discord.ts';
import { ntfy } from './services/ntfy.ts';
import { slack } from './services/slack.ts';
import { teams } from './services/teams.ts';
import { telegram } from './services/telegram.ts';
import { webhook } from './services/webhook.ts';

/** The chat services, each with its file. */
export const CHAT_SERVICES = { slack, discord, teams, ntfy, telegram, webhook } satisfies Record<
  ChatService,
  ServiceRow
>;

export const isChatService = (text: string): text is ChatService => Object.hasOwn(CHAT_SERVICES, text);
