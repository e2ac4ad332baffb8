from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    port: int = 9000
