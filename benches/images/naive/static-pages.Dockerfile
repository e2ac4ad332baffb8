FROM nginx:1.30-trixie
COPY public /usr/share/nginx/html
EXPOSE 80
