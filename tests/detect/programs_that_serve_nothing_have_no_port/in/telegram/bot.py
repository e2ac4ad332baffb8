import os
from aiogram import Bot

if __name__ == "__main__":
    Bot(os.environ["BOT_TOKEN"])
