import type { Role } from '../../src/core/roles.ts';
import type { Text } from '../app/messages.ts';

/** The roles in people's words. */
export const roleNames: Record<Role, Text> = {
  reviewer: { en: 'Medical reviewer', zh: '医学评审' },
  'ethics-reviewer': { en: 'Ethics reviewer', zh: '伦理评审' },
  adjudicator: { en: 'Adjudicator', zh: '裁定人' },
  'panel-member': { en: 'Panel member', zh: '专家组成员' },
  'panel-chair': { en: 'Panel chair', zh: '专家组主席' },
  steward: { en: 'Data steward', zh: '数据管理员' },
  'release-approver': { en: 'Release approver', zh: '发布审批人' },
  auditor: { en: 'Auditor', zh: '审计员' },
  'privacy-officer': { en: 'Privacy officer', zh: '隐私负责人' },
  'red-teamer': { en: 'Red-teamer', zh: '红队成员' },
  engineer: { en: 'Engineer', zh: '工程师' },
  application: { en: 'Application', zh: '应用程序' },
  admin: { en: 'Administrator', zh: '系统管理员' },
};
