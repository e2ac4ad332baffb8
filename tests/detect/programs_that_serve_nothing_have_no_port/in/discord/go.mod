module example.org/x

go 1.26

require github.com/bwmarrin/discordgo v0.28.1
