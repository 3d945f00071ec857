import { restartNumbers } from './numbering.ts';

restartNumbers();
