console.log("The page has been read.");
