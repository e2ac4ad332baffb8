export const env = createEnv({
  skipValidation:
    !!process.env.SKIP_ENV_VALIDATION,
});
