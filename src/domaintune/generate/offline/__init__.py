"""What the offline teacher can do, one module a task: it quotes, and declines the rest."""
