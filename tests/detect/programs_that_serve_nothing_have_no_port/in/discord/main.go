package main

import (
	"os"

	"github.com/bwmarrin/discordgo"
)

func main() {
	s, _ := discordgo.New("Bot " + os.Getenv("TOKEN"))
	s.Open()
	select {}
}
