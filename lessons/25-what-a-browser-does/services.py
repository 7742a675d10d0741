# It stands for a call to another server, such as
#     requests.get("https://radio.example/charts", timeout=5).json()
# and today that server does not answer.


def charts_from_the_radio():
    raise TimeoutError("radio.example did not answer for 5 seconds")
