import express from "express"
import { env } from "./env.js"
express().listen(env.PORT)
