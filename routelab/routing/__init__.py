"""Why this rule: what Werkzeug's router did with a request, and what would have changed it.

    from routelab.routing.explanation import observe
    observe(url_map.bind("localhost"), "/user/alice", "GET").outcome

What is found is data, with its words and its JSON, and knows no Werkzeug; what finds it asks Werkzeug.

    topic                                     what is found               what finds it
    a rule, and a variable of it              variable                    pattern, examples
    why a rule does not fit, or lost          obstacle, candidate         comparison, verdicts
    the router's way through its rules        walk                        observation, events
    how it ended                              outcome, redirect           search, explanation
    what would have matched                   suggestion                  nearby, suggesting
    how a URL is built                        built                       building
    what is wrong with a map                  finding                     conflicts, auditing

`wording` has how texts, lists and methods are written in all of these sentences.
"""
