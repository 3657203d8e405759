export const guidelinePath = '/v1/guideline';
export const versionsPath = '/v1/guideline/versions';
export const openGapsPath = '/v1/guideline/gaps?state=open';
