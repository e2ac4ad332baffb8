FROM node:26.7-trixie-slim
WORKDIR /app
COPY . .
RUN npx --yes pnpm@11.22.0 install
RUN npm run build
EXPOSE 4173
CMD npm run preview -- --host
