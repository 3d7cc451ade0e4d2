/** How this command line begins wherever a command is printed to be pasted: npm puts `pulumi-pinterest` on PATH in its own scripts only. */
export const ownCommand = "npx pulumi-pinterest";
